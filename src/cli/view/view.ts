import type { Moment } from '../../core/view/moment';
import type { Look } from './style';

/** A moment and the room it is shown in. */
export interface LiveView extends Moment, Look {}
