/** Folders that a policy writes down: from the root, as in "/srv/app", or by name anywhere, with two stars at the start. */

/** The start of a folder that may be anywhere. */
const ANYWHERE = '**/';

const NAME = String.raw`(?!\.{1,2}(?:/|$))[^/\\%~*]+`;
const FROM_ROOT = new RegExp(`^/(?:${NAME}(?:/${NAME})*)?$`);
const BY_NAME = new RegExp(`^${NAME}(?:/${NAME})*$`);

/** True for a folder from the root, without dots as names, stars, and a slash at its end. */
export function isFolderFromRoot(text: string): boolean {
    return FROM_ROOT.test(text);
}

/** True for a folder that paths can be compared with. */
export function isFolder(text: string): boolean {
    return FROM_ROOT.test(text) || (text.startsWith(ANYWHERE) && BY_NAME.test(text.slice(ANYWHERE.length)));
}

/** The folder that a text means, in the form in which folders are compared; undefined if there is none. */
export function folderIn(text: string): string | undefined {
    const [, start = '', names = ''] = /^(\*{1,2}[\\/])?(.*?)(?:[\\/]\*{1,2})?$/s.exec(text)!;
    const kept: string[] = [];
    for (const segment of names.split(/[\\/]/).filter((each) => each !== '' && each !== '.')) {
        if (segment === '..') {
            kept.pop();
        } else {
            kept.push(segment);
        }
    }
    const folder = `${start === '' ? '/' : ANYWHERE}${kept.join('/')}`;
    return !text.includes(':') && isFolder(folder) ? folder : undefined;
}
