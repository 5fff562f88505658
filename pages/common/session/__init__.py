"""What belongs to one visitor, and what all of them share: every session state and every cache.

A visitor has a language, a network, a digit (strokes or a picture), the steps of preprocessing
that are switched off, and what they train. What all share are the opened networks, which never
change. Its modules are for one another; pages ask here.
"""

from pages.common.session.canvas import (
    chosen_sample,
    digit,
    notice,
    reading,
    samples,
    scale,
    set_notice,
    set_picture,
    skip,
    take_drawing,
    take_scale,
    take_skip,
)
from pages.common.session.explorer import (
    answer,
    asked_view,
    before,
    link,
    open_link,
    other,
    rivals,
    sides,
    take_explorer,
    take_question,
)
from pages.common.session.networks import (
    card,
    choices,
    damages,
    delete_network,
    is_own,
    leaves_for_layers,
    network,
    network_id,
    set_network,
    settle_network,
    tag,
)
from pages.common.session.results import (
    opened,
    results_of,
    saved,
    take_opened,
    take_tested_digit,
    take_title,
    tested_digits,
    unsaved,
)
from pages.common.session.training import (
    begin_form,
    dispatcher,
    field,
    fill_form,
    form,
    guess,
    layers,
    mnist,
    some_digits,
    take_guess,
    take_layers,
)
from pages.common.session.visitor import (
    is_known_again,
    language,
    language_was_chosen,
    owner,
    sent,
    set_language,
    widget,
)
from pages.common.session.watching import (
    address,
    asked_digit,
    own_runs,
    race,
    refusal,
    set_refusal,
    show_runs,
    shown_runs,
    take_moment,
)
