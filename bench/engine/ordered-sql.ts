/**
 * Sequences whose constraints look at neighbours: each by ASOF joins of the rows of one event to the latest before it of
 * another, and by window functions over the rows of those events.
 */
const totals = `totals as materialized (select user_id, count(*) as n, bool_or(event = 'view') as viewed from events group by user_id)`;

const rowsOf = (event: string, users = '') => `(select user_id, timestamp as time from events ${users} where event = '${event}')`;

const figures = (reached: readonly string[]) => `select
    count(*) filter (where viewed) as "0.groups", coalesce(sum(n) filter (where viewed), 0) as "0.rows", ${reached
      .map((step, index) => `(select count(*) from ${step}) as "${index + 1}.groups", (select coalesce(sum(n), 0) from totals semi join ${step} using (user_id)) as "${index + 1}.rows"`)
      .join(', ')}
  from totals`;

/** The latest time of an earlier row, per row. */
const latestBefore = (expression: string) => `max(${expression}) over (partition by user_id order by timestamp range between unbounded preceding and 1 preceding)`;

const ordered = (events: readonly string[]) => `(select user_id, timestamp, event from events where event in (${events.map((event) => `'${event}'`).join(', ')}))`;

/** Of rows of addtocart, which are few, the latest view before each: by a semi-join the rows of their users alone. */
const added = `
  adders as materialized (select distinct user_id from events where event = 'addtocart'),
  added as materialized (select a.user_id, a.time, v.time as viewed_at from ${rowsOf('addtocart')} a asof join ${rowsOf('view', 'semi join adders using (user_id)')} v on a.user_id = v.user_id and a.time > v.time)`;

export const maxDurationSql = (duration: number) => ({
  'ASOF joins': `
    with ${totals}, ${added},
    bought as materialized (select t.user_id, t.time, a.viewed_at from ${rowsOf('transaction')} t asof join added a on t.user_id = a.user_id and t.time > a.time),
    second as materialized (select distinct user_id from added where time - viewed_at <= ${duration}),
    third as materialized (select distinct user_id from bought where time - viewed_at <= ${duration})
    ${figures(['second', 'third'])}`,
  'window functions': `
    with ${totals},
    viewed as (select *, ${latestBefore(`case when event = 'view' then timestamp end`)} as viewed_at from ${ordered(['view', 'addtocart', 'transaction'])}),
    added as materialized (select *, ${latestBefore(`case when event = 'addtocart' then viewed_at end`)} as start from viewed),
    second as materialized (select distinct user_id from added where event = 'addtocart' and timestamp - viewed_at <= ${duration}),
    third as materialized (select distinct user_id from added where event = 'transaction' and timestamp - start <= ${duration})
    ${figures(['second', 'third'])}`,
});

export const exclusionSql = {
  'ASOF joins': `
    with ${totals},
    buyers as materialized (select distinct user_id from events where event = 'transaction'),
    viewed as materialized (select t.user_id, t.time, v.time as viewed_at from ${rowsOf('transaction')} t asof join ${rowsOf('view', 'semi join buyers using (user_id)')} v on t.user_id = v.user_id and t.time > v.time),
    added as (select v.user_id, v.viewed_at, a.time as added_at from viewed v asof left join ${rowsOf('addtocart', 'semi join buyers using (user_id)')} a on v.user_id = a.user_id and v.time > a.time),
    second as materialized (select distinct user_id from added where added_at is null or added_at <= viewed_at)
    ${figures(['second'])}`,
  'window functions': `
    with ${totals},
    buyers as materialized (select distinct user_id from events where event = 'transaction'),
    latest as (select user_id, event, ${latestBefore(`case when event = 'view' then timestamp end`)} as viewed_at, ${latestBefore(`case when event = 'addtocart' then timestamp end`)} as added_at
      from ${ordered(['view', 'addtocart', 'transaction'])} semi join buyers using (user_id)),
    second as materialized (select distinct user_id from latest where event = 'transaction' and viewed_at is not null and (added_at is null or added_at <= viewed_at))
    ${figures(['second'])}`,
};

/** @param most since the view of an addtocart; `least` and `longest`: since the addtocart of a transaction */
export const gapSql = (most: number, least: number, longest: number) => ({
  'ASOF joins': `
    with ${totals}, ${added},
    soon as materialized (select user_id, time from added where time - viewed_at <= ${most}),
    second as materialized (select distinct user_id from soon),
    bought as (select t.user_id, t.time - s.time as gap from ${rowsOf('transaction')} t asof join soon s on t.user_id = s.user_id and t.time - ${least} >= s.time),
    third as materialized (select distinct user_id from bought where gap <= ${longest})
    ${figures(['second', 'third'])}`,
  'window functions': `
    with ${totals},
    viewed as (select *, ${latestBefore(`case when event = 'view' then timestamp end`)} as viewed_at from ${ordered(['view', 'addtocart', 'transaction'])}),
    soon as materialized (select user_id, timestamp, event, event = 'addtocart' and timestamp - viewed_at <= ${most} as in_time from viewed where event != 'view'),
    bought as (select user_id, event, timestamp, max(case when in_time then timestamp end) over (partition by user_id order by timestamp range between unbounded preceding and ${least} preceding) as added_at from soon),
    second as materialized (select distinct user_id from soon where in_time),
    third as materialized (select distinct user_id from bought where event = 'transaction' and timestamp - added_at <= ${longest})
    ${figures(['second', 'third'])}`,
});
