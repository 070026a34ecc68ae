/** Decides which files are policies: those with the right name, and those that the editor opened as one. */
import { DefaultServiceRegistry, type LangiumCoreServices, type URI } from 'langium';

export class GuardrailServiceRegistry extends DefaultServiceRegistry {
    /**
     * An untitled text has no name that shows its language. While it is open, the editor knows it; but it is also built
     * and forgotten after it was closed, and in workers, which know no editor.
     */
    override getServices(uri: URI): LangiumCoreServices {
        const [language] = this.all;
        return uri.scheme === 'untitled' && language ? language : super.getServices(uri);
    }
}
