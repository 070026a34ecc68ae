/** An error whose message is sufficient for a person. */
export class SetupError extends Error {}
export function installDebianPackages(needed: readonly string[], wanted?: readonly string[]): void;
export function onPath(command: string): boolean;
export function isInstalled(name: string): boolean;
export function mustRun(command: string, args: readonly string[], options?: object): void;
