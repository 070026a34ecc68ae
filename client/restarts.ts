/** Limits how often a server that ends on its own is restarted. */
export class Restarts {
    private readonly crashes: number[] = [];

    /** Allows at most `max` restarts within `windowMs`. */
    constructor(
        private readonly max: number,
        private readonly windowMs: number
    ) {}

    /** Counts a crash at `now` (in milliseconds); true if the server may be restarted. */
    mayRestart(now: number): boolean {
        this.crashes.push(now);
        return this.crashes.filter((time) => now - time < this.windowMs).length <= this.max;
    }

    forget(): void {
        this.crashes.length = 0;
    }
}
