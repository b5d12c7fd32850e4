import type { Random } from './random';
import { categories, channels, countries, hours, landings, needsCart, platforms, transitions } from './shop';
import type { EventName } from './shop';

/** One row of the sample dataset. */
export interface ShopEvent {
  readonly userId: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly event: EventName;
  readonly platform: string;
  readonly channel: string | null;
  readonly country: string;
  readonly category: string | null;
  readonly price: number | null;
  readonly quantity: number | null;
  readonly loggedIn: boolean | null;
}

/** The time that the sample covers: 90 days, in milliseconds since the epoch. */
export const period = { from: Date.UTC(2026, 5, 1), days: 90 } as const;

const hour = 3_600_000;
const day = 24 * hour;
const meanPause = 45_000;
/** Visits of one user lie at least this far apart. */
const restBetweenVisits = hour / 2;
const periodEnd = period.from + period.days * day;

interface Product {
  readonly category: string;
  readonly price: number;
}

interface CartItem extends Product {
  readonly quantity: number;
}

/** What stays with a user from visit to visit. */
interface User {
  readonly id: bigint;
  readonly country: string;
  readonly platform: string;
  /** Who refuses tracking has no known login state. */
  readonly tracked: boolean;
  loggedIn: boolean;
  cart: CartItem[];
}

/** All events of one user in order of time; the number of visits is skewed (Pareto): most come once, a few daily. */
export function eventsOfUser(random: Random, id: bigint): ShopEvent[] {
  const user: User = {
    id,
    country: random.pick(countries),
    platform: random.pick(platforms),
    tracked: random.chance(0.88),
    loggedIn: random.chance(0.2),
    cart: [],
  };
  const firstDay = random.integer(0, period.days - 1);
  const starts = Array.from({ length: random.pareto(1.27, 120) }, (_, visit) =>
    visitStart(random, visit === 0 ? firstDay : random.integer(firstDay, period.days - 1)),
  ).sort((a, b) => a - b);

  const events: ShopEvent[] = [];
  let free = 0;
  for (const start of starts) {
    events.push(...visit(random, user, Math.max(start, free)));
    free = events[events.length - 1].timestamp + restBetweenVisits;
  }
  return events.filter(({ timestamp }) => timestamp < periodEnd);
}

function visitStart(random: Random, dayOfPeriod: number): number {
  return period.from + dayOfPeriod * day + random.pick(hours) * hour + random.integer(0, hour - 1);
}

/** One visit: a walk through the shop's transitions until the visitor leaves. */
function visit(random: Random, user: User, start: number): ShopEvent[] {
  const channel = random.pick(channels);
  // Some users own two devices.
  const platform = random.chance(0.1) ? random.pick(platforms) : user.platform;
  const events: ShopEvent[] = [];
  const record = (timestamp: number, event: EventName, product: Product | CartItem | null) =>
    events.push({
      userId: user.id,
      timestamp,
      event,
      platform,
      channel,
      country: user.country,
      category: product?.category ?? null,
      price: product?.price ?? null,
      quantity: product !== null && 'quantity' in product ? product.quantity : null,
      loggedIn: user.tracked ? user.loggedIn : null,
    });

  let timestamp = start;
  let viewed = randomProduct(random);
  let next: EventName | 'leave' = random.pick(landings);
  while (next !== 'leave') {
    const event: EventName = needsCart.has(next) && user.cart.length === 0 ? 'view' : next;
    switch (event) {
      case 'view':
        viewed = randomProduct(random);
        record(timestamp, event, viewed);
        break;
      case 'add_to_cart': {
        const item = { ...viewed, quantity: random.pareto(2, 9) };
        user.cart.push(item);
        record(timestamp, event, item);
        break;
      }
      case 'remove_from_cart':
        record(timestamp, event, user.cart.splice(random.integer(0, user.cart.length - 1), 1)[0]);
        break;
      case 'purchase':
        // One row per bought product, all at the moment of the purchase.
        user.cart.forEach((item) => record(timestamp, event, item));
        user.cart = [];
        break;
      case 'login':
        user.loggedIn = true;
        record(timestamp, event, null);
        break;
      case 'home':
      case 'search':
      case 'cart':
      case 'checkout':
        record(timestamp, event, null);
        break;
    }
    timestamp += 1_000 + Math.round(random.exponential(meanPause));
    next = random.pick(transitions[event]);
  }
  return events;
}

function randomProduct(random: Random): Product {
  const { name, typicalPrice } = random.pick(categories);
  // The square makes cheap products the more frequent ones.
  const factor = 0.5 + 3.5 * random.fraction() ** 2;
  return { category: name, price: Math.max(1, Math.round(typicalPrice * factor)) - 0.01 };
}
