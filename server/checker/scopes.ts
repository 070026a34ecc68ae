/** The bounds that narrowed a search, in words. */
export class Scopes extends Set<string> {
    /** How often a step was left out. */
    cuts = 0;

    /** A bound that leaves out no step of the state at hand. */
    note(scope: string): void {
        super.add(scope);
    }

    /** A step was left out because of a bound. */
    override add(scope: string): this {
        this.cuts++;
        return super.add(scope);
    }
}
