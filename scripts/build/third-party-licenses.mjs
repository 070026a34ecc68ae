import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const packageOf = /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The licence texts of the libraries whose code is in a bundle: their licences require that the text accompanies the
 * code. A text that several libraries share occurs once, below all their names; a text equal to our own is already in
 * LICENSE.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles the contents of each bundle
 * @param {string} root the folder that the paths in them are relative to
 * @throws if a library neither has a licence file nor names its licence
 */
export function thirdPartyLicenses(metafiles, root) {
    const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
    const folders = new Set(inputs.flatMap((input) => packageOf.exec(input)?.[1] ?? []));
    const own = readFileSync(join(root, 'LICENSE'), 'utf8');
    const namesByText = new Map();
    for (const folder of [...folders].sort()) {
        const { title, text: whole } = licenseOf(join(root, folder));
        const text = isSame(whole, own) ? 'The text is that of the file LICENSE of this package.' : whole;
        namesByText.set(text, [...(namesByText.get(text) ?? []), title]);
    }
    return [...namesByText]
        .map(([text, titles]) => `${titles.join('\n')}\n\n${text}\n`)
        .join(`\n${'-'.repeat(80)}\n\n`);
}

function isSame(text, other) {
    const [words, others] = [text, other].map((one) => one.trim().replace(/\s+/g, ' '));
    return words === others;
}

function licenseOf(folder) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file && !license) {
        throw new Error(`${name} is bundled but does not say under which licence.`);
    }
    return {
        title: `${name} ${version} (${license ?? 'see below'})`,
        text: file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : ''
    };
}
