/** How often a server that ends by itself is started again. */
export class Restarts {
    private readonly crashes: number[] = [];

    /** At most `max` restarts within `windowMs`. */
    constructor(
        private readonly max: number,
        private readonly windowMs: number
    ) {}

    /** Counts a crash at `now` (milliseconds) and says whether to start the server again. */
    mayRestart(now: number): boolean {
        this.crashes.push(now);
        return this.crashes.filter((time) => now - time < this.windowMs).length <= this.max;
    }

    forget(): void {
        this.crashes.length = 0;
    }
}
