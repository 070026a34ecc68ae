/** The units in which lengths of time are written. */

const UNITS = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1]
] as const;

/** Writes a whole number of seconds as `5 minutes 1 second`. */
export function durationText(seconds: number): string {
    let left = seconds;
    const parts = UNITS.flatMap(([name, length]) => {
        const count = Math.floor(left / length);
        left -= count * length;
        return count > 0 ? [`${count} ${name}${count === 1 ? '' : 's'}`] : [];
    });
    return parts.length > 0 ? parts.join(' ') : '0 seconds';
}
