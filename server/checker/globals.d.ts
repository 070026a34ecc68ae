/** Of what node and a browser worker both have, the one thing the checker uses. */
declare const performance: { now(): number };
