export interface Component {
    readonly 'bom-ref': string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly scope?: string;
}

export interface Sbom {
    readonly components: readonly Component[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Manifest {
    readonly version: string;
    readonly license: string;
    readonly engines: { readonly node: string };
}

export function notesOf(changes: string, version: string, isReleased: boolean): string;
export function bundledOf(sbom: Sbom, licenses: string): Sbom;
export function verifierManifest(manifest: Manifest): {
    readonly name: string;
    readonly bin: Readonly<Record<string, string>>;
};
