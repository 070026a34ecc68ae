import type { URI } from 'langium';
import { UriUtils } from 'langium';

/** The path of `to` as an import of the file `from` is written: it begins with `./` or `../`. */
export function relativePath(from: URI, to: URI): string {
    const path = UriUtils.relative(UriUtils.dirname(from), to);
    return path.startsWith('../') ? path : `./${path}`;
}
