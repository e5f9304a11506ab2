/** What the teams of Example Shop work on, service by service. */
import type { Service } from "./story.ts";
import type { World } from "./world.ts";

/** The next title of this service; after the last it begins again. */
export function titleFor({ told }: World, { name }: Service): string {
  const nth = told.get(name) ?? 0;
  told.set(name, nth + 1);
  const titles = TITLES[name] ?? USUAL;
  return titles[nth % titles.length] ?? "Update dependencies";
}

const USUAL = ["Update dependencies", "Log slow requests with their cause", "Answer health checks faster"];

const TITLES: Readonly<Record<string, readonly string[]>> = {
  shop: [
    "Show the delivery date in the basket",
    "Remember the size that was chosen last",
    "Fix the total when a coupon is taken out",
    "Keep the basket over a change of address",
    "Offer a gift note",
    "Show what others bought in the same order",
    "Update dependencies",
    "Say why a product cannot be delivered",
    "Count down to the end of a sale",
    "Drop support for the old coupon format",
    "Fix the picture that jumps while loading",
    "Order again with one click",
  ],
  search: [
    "Sort results by stock first",
    "Understand plural forms",
    "Answer an empty search with favourites",
    "Log slow queries with their plan",
    "Fix filters that forget themselves",
    "Suggest after three letters",
    "Update dependencies",
    "Keep results for a minute",
  ],
  payments: [
    "Retry the card payment once after a timeout",
    "Fix the rounding of refunds",
    "Tell the bank the order number",
    "Use the new tax table for 2027",
    "Store no more of a card than its last digits",
    "Update dependencies",
  ],
  accounts: [
    "Let people see where they are signed in",
    "Fix the link in the mail for new passwords",
    "Sign out everywhere at once",
    "Update dependencies",
  ],
  mailer: [
    "Send the receipt in the language of the order",
    "Fix pictures in dark mode",
    "Bundle mails of one order",
    "Update dependencies",
  ],
  website: [
    "Write about the new returns",
    "Cache product pictures for a week",
    "Show opening hours of the day",
    "Fix the menu on small screens",
    "Answer questions about sizes",
    "Make the jobs page shorter",
    "Update the imprint",
    "Use the new photos of the team",
    "Say what cookies are for",
    "Fix a dead link in the footer",
  ],
  "mobile-api": [
    "Let people sign in with a fingerprint",
    "Answer 304 when the basket is unchanged",
    "Send pictures in the size of the screen",
    "Fix the time zone of delivery windows",
    "Update dependencies",
  ],
  warehouse: [
    "Warn when a parcel weighs more than declared",
    "Make the pick list fit one page",
    "Fix the count after a returned parcel",
    "Read the new bar codes",
  ],
  checkout: [
    "Fill in the city from the postcode",
    "Fix the back button on the payment page",
    "Ask for the phone number only where it is needed",
    "Show the price with tax first",
    "Keep a half-filled form for an hour",
    "Update dependencies",
  ],
  pricing: [
    "Answer 304 when the price list is unchanged",
    "Take prices in advance of a sale",
    "Fix discounts that add up to more than the price",
    "Keep old prices for 30 days",
    "Update dependencies",
  ],
  reports: ["Add margins by category", "Fix the week that begins on Sunday", "Export as a spreadsheet"],
  recommender: ["Learn from returned orders", "Forget what was bought as a gift", "Use a week of clicks"],
};
