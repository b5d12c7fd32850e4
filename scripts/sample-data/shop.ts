import type { Weighted } from './random';

/** What the shop records. Product events carry category and price; cart and purchase events also a quantity. */
export type EventName =
  | 'home'
  | 'search'
  | 'view'
  | 'login'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'cart'
  | 'checkout'
  | 'purchase';

/** First event of a visit: from an advertisement people land on a product, else mostly on the home page. */
export const landings: Weighted<EventName> = [
  ['home', 55],
  ['search', 18],
  ['view', 27],
];

/** What follows an event within a visit; `leave` ends it. */
export const transitions: Readonly<Record<EventName, Weighted<EventName | 'leave'>>> = {
  home: [['view', 42], ['search', 32], ['login', 8], ['leave', 18]],
  search: [['view', 60], ['search', 17], ['home', 3], ['leave', 20]],
  view: [['view', 38], ['search', 13], ['add_to_cart', 15], ['home', 6], ['leave', 28]],
  login: [['home', 40], ['view', 45], ['leave', 15]],
  add_to_cart: [['view', 38], ['add_to_cart', 6], ['cart', 34], ['leave', 22]],
  remove_from_cart: [['view', 42], ['cart', 28], ['leave', 30]],
  cart: [['checkout', 46], ['remove_from_cart', 14], ['view', 20], ['leave', 20]],
  checkout: [['purchase', 62], ['cart', 10], ['leave', 28]],
  purchase: [['home', 18], ['leave', 82]],
};

/** Events that make no sense with an empty cart. */
export const needsCart: ReadonlySet<EventName> = new Set(['remove_from_cart', 'cart', 'checkout', 'purchase']);

export const platforms: Weighted<string> = [
  ['web', 48],
  ['android', 31],
  ['ios', 21],
];

/** Null: visitors who came without a known campaign or referrer. */
export const channels: Weighted<string | null> = [
  [null, 34],
  ['organic', 26],
  ['ads', 18],
  ['email', 12],
  ['social', 10],
];

export const countries: Weighted<string> = [
  ['US', 34], ['DE', 16], ['GB', 12], ['FR', 10], ['ES', 7], ['IT', 6], ['NL', 5], ['PL', 4], ['SE', 3], ['IL', 3],
];

/** Typical price in euros; products of the category lie from half to four times that. */
export const categories: Weighted<{ readonly name: string; readonly typicalPrice: number }> = [
  [{ name: 'clothing', typicalPrice: 39 }, 26],
  [{ name: 'electronics', typicalPrice: 149 }, 18],
  [{ name: 'home & garden', typicalPrice: 49 }, 16],
  [{ name: 'beauty', typicalPrice: 19 }, 14],
  [{ name: 'books', typicalPrice: 14 }, 11],
  [{ name: 'sports', typicalPrice: 59 }, 9],
  [{ name: 'toys', typicalPrice: 24 }, 6],
];

/** Share of visits per hour of the day (UTC): quiet nights, a noon rise, busy evenings. */
export const hours: Weighted<number> = [
  9, 5, 3, 2, 2, 3, 8, 17, 27, 34, 38, 42, 47, 44, 41, 41, 44, 51, 61, 72, 76, 64, 41, 20,
].map((weight, hour) => [hour, weight] as const);
