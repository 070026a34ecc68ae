/** The text of a snippet: `${1:name}` becomes `name`, there and at every `$1`; the first of several choices is used. */
export function filledSnippet(body: string): string {
    const places = new Map<string, string>([['0', '']]);
    const proposed = body.replace(
        /\$\{(\d+)(?::((?:[^}\\]|\\.)*)|\|([^,|]*)[^|]*\|)\}/g,
        (_match, place: string, text?: string, choice?: string) => {
            places.set(place, text ?? choice ?? '');
            return places.get(place)!;
        }
    );
    return proposed.replace(/\$(\d+)/g, (match, place: string) => places.get(place) ?? match);
}
