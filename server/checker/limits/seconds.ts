import { plural } from '../../model/text/plural.js';

/** Writes a limit of `milliseconds` as `1 second` or `2.5 seconds`. */
export function inSeconds(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    return `${seconds} ${plural(seconds, 'second', 'seconds')}`;
}
