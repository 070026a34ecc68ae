/** The parts of a release that are computed from the repository. */

/**
 * The change log's section about a version.
 *
 * @param {string} changes
 * @param {string} version
 * @param {boolean} isReleased false for a rehearsal, in which the section may still say that it is not released
 * @throws if there is none, or if it says so
 */
export function notesOf(changes, version, isReleased) {
    const [heading, ...lines] = (
        changes.split(/^## /m).find((section) => section.startsWith(`${version} `)) ?? ''
    ).split('\n');
    if (!/^\S+ \((?:\d{4}-\d\d-\d\d|not released)\)$/.test(heading)) {
        throw new Error(`CHANGELOG.md has no section "## ${version} (YYYY-MM-DD)".`);
    }
    if (isReleased && heading.includes('not released')) {
        throw new Error(`CHANGELOG.md says that ${version} is not released: write its date.`);
    }
    return `${lines.join('\n').trim()}\n`;
}

/**
 * The bill of materials of what is shipped: of all packages of the lock file, those whose code is in a bundle.
 *
 * @param {{ components: { name: string, group?: string, version: string, 'bom-ref': string, scope?: string }[],
 * dependencies: { ref: string, dependsOn: string[] }[] }} sbom in the format of CycloneDX
 * @param {string} licenses the licences of the libraries in the bundles, each below its name and version
 * @throws if a library is missing from the lock file
 */
export function bundledOf(sbom, licenses) {
    const shipped = new Set(
        Array.from(licenses.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+ \d\S*) \(/gm), ([, title]) => title)
    );
    const titleOf = ({ name, group, version }) =>
        `${group && !name.startsWith('@') ? `${group}/` : ''}${name} ${version}`;
    const components = sbom.components
        .filter((component) => shipped.has(titleOf(component)))
        // The scope would say that the library is for development only.
        .map((component) => Object.fromEntries(Object.entries(component).filter(([key]) => key !== 'scope')));
    const found = new Set(components.map(titleOf));
    const missing = [...shipped].filter((title) => !found.has(title));
    if (missing.length > 0) {
        throw new Error(`The lock file has no ${missing.join(', ')}.`);
    }
    const refs = new Set(components.map((component) => component['bom-ref']));
    const isShipped = (ref) => refs.has(ref);
    return {
        ...sbom,
        components,
        dependencies: sbom.dependencies
            .filter(({ ref }) => isShipped(ref))
            .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) }))
    };
}

/**
 * The manifest of the package that is only the verifier of proofs.
 *
 * @param {{ version: string, license: string, engines: { node: string }, repository?: object, homepage?: string,
 * bugs?: object }} manifest
 */
export function verifierManifest({ version, license, engines, repository, homepage, bugs }) {
    return {
        name: 'guardrail-verify',
        version,
        description: 'Checks proofs about policies of Guardrail, and shares no code with the program that found them.',
        license,
        keywords: ['guardrail', 'policy', 'proof', 'certificate', 'verification'],
        engines: { node: engines.node },
        type: 'module',
        bin: { 'guardrail-verify': 'verify.js' },
        files: ['verify.js'],
        ...(repository && { repository, homepage, bugs })
    };
}
