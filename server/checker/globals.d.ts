/** The only global that the checker uses; both Node and browser workers have it. */
declare const performance: { now(): number };
