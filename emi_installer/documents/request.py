"""A request to a colleague as a preset file that holds no secret."""

from __future__ import annotations

from emi_installer.core.desired.preset import lifetime_values, render_preset
from emi_installer.core.plan.request import Request
from emi_installer.wording.documents import request_comments


def render_request(request: Request) -> str:
    """The request as a preset file."""
    answers = request.answers
    values: dict[str, str | int] = {"purpose": request.purpose.value, "requested_by": request.requested_by}
    values |= {"tenant": request.tenant_id, "cloud": answers.cloud.key}
    if request.registration:
        values["registration"] = request.registration
    else:
        if answers.contact_center is not None:
            values["contact_center"] = answers.contact_center.url
        values |= {"app_name": answers.app_name, **lifetime_values(answers.secret_lifetime)}
    return render_preset(values, request_comments(request))
