/** Decides which files are policies: those with the right name, and those that the editor opened as a policy. */
import { DefaultServiceRegistry, type LangiumCoreServices, type URI } from 'langium';

export class GuardrailServiceRegistry extends DefaultServiceRegistry {
    /**
     * The name of an untitled text does not show its language. While it is open, the editor provides it; but the text
     * is also built after it was closed, and in workers, which have no editor.
     */
    override getServices(uri: URI): LangiumCoreServices {
        const [language] = this.all;
        return uri.scheme === 'untitled' && language ? language : super.getServices(uri);
    }
}
