/** A package that a policy imports. This is a separate file, so that reports do not load the language. */
export interface UsedPackage {
    readonly name: string;
    /** The version in its package.json; undefined if it has none. */
    readonly version?: string;
}

/** `@acme/guardrails 1.2.0` */
export function packageText({ name, version }: UsedPackage): string {
    return version === undefined ? name : `${name} ${version}`;
}
