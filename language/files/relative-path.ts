import { type URI, UriUtils } from 'langium';

/** The path of `to` in an import in the file `from`, which starts with `./` or `../`. */
export function relativePath(from: URI, to: URI): string {
    const path = UriUtils.relative(UriUtils.dirname(from), to);
    return path.startsWith('../') ? path : `./${path}`;
}
