/** The only global that the checker uses; node and browser workers both have it. */
declare const performance: { now(): number };
