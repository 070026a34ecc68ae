/** Reads lists of controls: those that come with the tool, and those in files. */
import { resolve } from 'node:path';
import builtIn from '../../../language/library/controls.json';
import { displayPath } from '../../workspace/display-path.js';
import schema from './catalogue.schema.json';

export interface Control {
    /** The control in the form of an annotation, such as `@owasp("ASI02")`. */
    readonly id: string;
    readonly title: string;
}

export interface Catalogue {
    readonly name: string;
    /** The annotation that names its controls; several lists may share one. */
    readonly annotation: string;
    /** The source and the licence of the texts of the list. */
    readonly source?: string;
    readonly controls: readonly Control[];
}

export const BUILT_IN_CATALOGUES: readonly Catalogue[] = builtIn;

/** The list in a JSON file. Rejects with a `CodedError` (GR950) with the place of the first problem. */
export async function readCatalogue(path: string, cwd: string): Promise<Catalogue> {
    const { readJson } = await import('../config/check-config.js');
    const file = resolve(cwd, path);
    const { value } = readJson(file, displayPath(file, cwd), { schema, what: 'a list of controls', code: 'GR950' });
    return value as Catalogue;
}
