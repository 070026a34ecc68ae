/** The time of a gateway: that of its host, but it never goes back. */
import { TOLERANCE } from '../gateway/times.js';

/**
 * While the host's clock is behind by more than sessions tolerate, because somebody set it back, time goes on at half
 * the pace until both agree again: windows still end, and no session has to wait for the host.
 */
export class ForwardClock {
    private latest = -Infinity;
    private last: number;

    /** @param steady milliseconds that no setting of a clock affects */
    constructor(
        private readonly host: () => number = Date.now,
        private readonly steady: () => number = () => performance.now()
    ) {
        this.last = steady();
    }

    now(): number {
        const host = this.host();
        const steady = this.steady();
        const slow = this.latest + (steady - this.last) / 2;
        this.latest = host < slow - TOLERANCE * 1000 ? slow : Math.max(host, this.latest);
        this.last = steady;
        return Math.floor(this.latest);
    }

    /** The time does not go back before this time of a log. */
    follow(time: unknown): void {
        this.latest = Math.max(this.latest, Date.parse(String(time)) || -Infinity);
    }
}
