/** Durations as people write them. */

/** The unit of the language for each word that people write. */
export const UNITS: readonly (readonly [RegExp, string])[] = [
    [/^s(?:ec(?:ond)?s?)?$/i, 's'],
    [/^m(?:in(?:ute)?s?)?$/i, 'm'],
    [/^h(?:ours?|rs?)?$/i, 'h'],
    [/^d(?:ays?)?$/i, 'd'],
    [/^w(?:eeks?)?$/i, 'w']
];

/** Matches a unit alone, as in `per hour`. */
export const UNIT = String.raw`(?:sec|second|min|minute|hour|day|week)(?![\w.:(])`;
/** Matches a duration of the language, and one that people write: `5 minutes`, `"5m"`, `an hour`. */
export const DURATION = String.raw`"?(?:\d+|an?|one)[ \t]*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"?(?![\w.:(])`;

/** The duration as the language writes it; undefined if the text is not one, or already has that form. */
export function duration(text: string): string | undefined {
    const [, number = '', word = ''] = /^"?(\d+|an?|one)?[ \t]*([A-Za-z]+)"?$/.exec(text) ?? [];
    const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
    const written = unit && (/^\d/.test(number) ? number : '1') + unit;
    return written === text ? undefined : written;
}
