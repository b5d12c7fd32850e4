# Runs a function's runtime in a file system like Lambda's, in a mount namespace of its own: code at /var/task, layers at
# /opt, the runtime at /var/runtime, all read-only; /tmp of the function's size. The process ID stays that of the caller,
# which stops, continues and ends it by that. Everything vanishes with the process.
# sandbox.sh ROOT CODE LAYERS RUNTIME NODE SDK STORAGE_MB HOSTS CERTIFICATES USER NODE_OPTION...
set -eu
umask 022
root=$1 code=$2 layers=$3 runtime=$4 node=$5 sdk=$6 storage=$7 hosts=$8 certificates=$9
shift 9
user=$1
shift

# The function's own PATH leaves out the administrator's programs.
chroot=$(PATH=/usr/sbin:/sbin:$PATH command -v chroot)

mount -t tmpfs -o mode=755 sandbox "$root"
cd "$root"
mkdir -p usr etc dev proc tmp opt var/task var/runtime var/lang/bin var/sdk/node_modules
bind() { mount --bind "$1" "$2"; mount -o remount,bind,ro "$2" 2>/dev/null || true; }
bind /usr usr
for name in bin lib lib64; do
  if [ -L "/$name" ]; then cp -P "/$name" "$name"; elif [ -d "/$name" ]; then mkdir "$name"; bind "/$name" "$name"; fi
done
for name in nsswitch.conf ld.so.cache; do
  if [ -e "/etc/$name" ]; then cp "/etc/$name" "etc/$name"; fi
done
cat "$hosts" > etc/hosts
if [ -n "$certificates" ]; then cat "$certificates" > etc/harness-certificates.pem; fi
mount --rbind /dev dev
mount --bind /proc proc
mount -t tmpfs -o "mode=1777,size=${storage}m" tmp tmp
bind "$code" var/task
bind "$layers" opt
touch var/lang/bin/node
bind "$node" var/lang/bin/node
bind "$sdk" var/sdk/node_modules
cp -r "$runtime"/. var/runtime
mkdir -p var/runtime/node_modules
ln -s /var/sdk/node_modules/@aws-sdk /var/sdk/node_modules/@smithy var/runtime/node_modules
chmod -R a+rX var/runtime
mount -o remount,ro "$root" 2>/dev/null || true
exec "$chroot" --userspec="$user" "$root" /bin/sh -c 'cd /var/task && exec /var/lang/bin/node "$@"' sh "$@" /var/runtime/index.mjs
