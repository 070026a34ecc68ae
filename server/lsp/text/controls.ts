/** Finds the controls of the lists that come with the language, as named in annotations. */
import lists from '../../../language/library/controls.json';

export interface Control {
    readonly id: string;
    readonly title: string;
    /** The name of the control's list. */
    readonly list: string;
}

/** Everything that an annotation with this name can name. */
export function controlsOf(annotation: string | undefined): Control[] {
    return lists
        .filter((list) => list.annotation === annotation)
        .flatMap(({ name, controls }) => controls.map((control) => ({ ...control, list: name })));
}

/** The meaning of a text in an annotation. */
export function controlDoc(annotation: string, id: string): string | undefined {
    const control = controlsOf(annotation).find((one) => one.id === id);
    return control && `${control.id}: ${control.title}, of the ${control.list}`;
}
