/** Custom parameter of our content items: the assignment a link stands for. */
export const ASSIGNMENT_PARAMETER = 'trellis_assignment';
