/**
 * View, then addtocart, then transaction, each strictly later: what of it is found depends on the first view, the last
 * transaction, and whether an addtocart lies between.
 */
const users = (addtocart: string) => `
  select user_id, count(*) as n, min(timestamp) filter (where event = 'view') as first, max(timestamp) filter (where event = 'transaction') as last,
    ${addtocart} as added from events group by user_id`;

const columns = (steps: string) => `select
    count(*) filter (where step >= 1) as "0.groups", coalesce(sum(n) filter (where step >= 1), 0) as "0.rows",
    count(*) filter (where step >= 2) as "1.groups", coalesce(sum(n) filter (where step >= 2), 0) as "1.rows",
    count(*) filter (where step >= 3) as "2.groups", coalesce(sum(n) filter (where step >= 3), 0) as "2.rows"
  from ${steps}`;

const stepByList = `case when first is null then 0 when list_max(added) > first then
    case when len(list_filter(added, lambda time: time > first and time < last)) > 0 then 3 else 2 end else 1 end`;

const stepByJoin = `case when first is null then 0 when between_them then 3 when added > first then 2 else 1 end`;

/** Users with their steps, by a second look at the rows of addtocart only. */
const joinedUsers = `
  users as materialized (${users(`max(timestamp) filter (where event = 'addtocart')`)}),
  candidates as (select user_id, first, last from users where last > first and added > first),
  reached as materialized (select distinct user_id, true as between_them from events join candidates using (user_id) where event = 'addtocart' and timestamp > first and timestamp < last),
  steps as (select user_id, n, ${stepByJoin} as step from users left join reached using (user_id))`;

const listedUsers = `
  steps as (select user_id, n, ${stepByList} as step from (${users(`list(timestamp) filter (where event = 'addtocart')`)}))`;

/** The textbook's way: the first of each step after the first of the one before. */
const chainedUsers = `
  totals as (select user_id, count(*) as n from events group by user_id),
  viewed as materialized (select user_id, min(timestamp) as time from events where event = 'view' group by user_id),
  added as materialized (select user_id, min(timestamp) as time from events join viewed using (user_id) where event = 'addtocart' and timestamp > time group by user_id),
  bought as materialized (select distinct user_id from events join added using (user_id) where event = 'transaction' and timestamp > time),
  steps as (select user_id, n, (viewed.time is not null)::integer + (added.time is not null)::integer + (bought.user_id is not null)::integer as step
    from totals left join viewed using (user_id) left join added using (user_id) left join bought using (user_id))`;

export const funnelSql = {
  'extremes, then a join': `with ${joinedUsers} ${columns('steps')}`,
  'extremes and a list': `with ${listedUsers} ${columns('steps')}`,
  'joined steps': `with ${chainedUsers} ${columns('steps')}`,
  'window functions': `
    with viewed as (select user_id, timestamp, event, count(*) over users as n,
        min(case when event = 'view' then timestamp end) over users as first, max(case when event = 'transaction' then timestamp end) over users as last
      from events window users as (partition by user_id)),
    steps as (select user_id, any_value(n) as n, max(case when first is null then 0 when event = 'addtocart' and timestamp > first then case when timestamp < last then 3 else 2 end else 1 end) as step
      from viewed group by user_id)
    ${columns('steps')}`,
};

const sums = (rows: string) => `
  , perStep as (select step, event, coalesce(sum(price), 0) as total from ${rows} where step > 0 group by all)
  , figures as (${columns('steps')})
  select name, value from (unpivot (select columns(*)::double from figures) on columns(*) into name name value value)
  union all
  select reached || '.sumPerValue.' || event, sum(total) from perStep, range(3) reaching(reached) where step > reached group by reached, event`;

const pairs = `pairs as materialized (select user_id, event, count(*) as n, sum(price) as price, min(timestamp) as least, max(timestamp) as greatest from events group by user_id, event)`;

export const funnelSumsSql = {
  'extremes, then joins': `with ${joinedUsers.replace('steps as', 'steps as materialized')} ${sums('events join steps using (user_id)')}`,
  'extremes and a list, then a join': `with ${listedUsers.replace('steps as', 'steps as materialized')} ${sums('events join steps using (user_id)')}`,
  'grouped by user and event first': `
    with ${pairs},
    users as materialized (select user_id, sum(n) as n, min(least) filter (where event = 'view') as first, max(greatest) filter (where event = 'transaction') as last,
      max(greatest) filter (where event = 'addtocart') as added from pairs group by user_id),
    candidates as (select user_id, first, last from users where last > first and added > first),
    reached as materialized (select distinct user_id, true as between_them from events join candidates using (user_id) where event = 'addtocart' and timestamp > first and timestamp < last),
    steps as materialized (select user_id, n, ${stepByJoin} as step from users left join reached using (user_id))
    ${sums('pairs join steps using (user_id)')}`,
};
