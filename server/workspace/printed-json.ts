/** JSON for people to read: nothing in it is invisible. */

/** JSON with two spaces of indentation, in which every invisible character is escaped. */
export function printedJson(value: unknown): string {
    return `${escapeUnseen(JSON.stringify(value, undefined, 2), (character) => {
        const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
        return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
    })}\n`;
}

/** Replaces every invisible character by the result of `escaped`. */
export function escapeUnseen(text: string, escaped: (character: string) => string): string {
    return text.replace(UNPRINTABLE, escaped);
}

/** Matches invisible characters except line breaks, tabs and variation selectors of emoji. */
const UNPRINTABLE = /(?!\n|\t|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
