import { plural } from '../../model/text/plural.js';

/** A limit of `milliseconds` in words: `1 second`, `2.5 seconds`. */
export function inSeconds(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    return `${seconds} ${plural(seconds, 'second', 'seconds')}`;
}
