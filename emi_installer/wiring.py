"""The only place that chooses: the real Microsoft, or the simulator behind the same HTTP session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from emi_installer.local.browser import start_browser
from emi_installer.local.logs import log
from emi_installer.local.proxy import automatic_proxy

if TYPE_CHECKING:
    from emi_installer.entra.receiver import Receiver
    from emi_installer.entra.retry import Clock, RetryPolicy
    from emi_installer.setup.session import Connection
    from emi_installer.simulator.service import Simulator

DEMO_CONTACT_CENTER = "acme.brightpattern.com"
DEMO_LATENCY = 0.1
"""Seconds a request."""


def connect_entra() -> Connection:
    """The real Microsoft, through the system's browser, proxies and certificates."""
    from emi_installer.entra.http import connect  # noqa: PLC0415 - slow to import: not before it is needed
    from emi_installer.entra.receiver import LoopbackReceiver  # noqa: PLC0415
    from emi_installer.entra.retry import SystemClock  # noqa: PLC0415
    from emi_installer.setup.session import Connection  # noqa: PLC0415

    return Connection(
        session=connect(log, automatic_proxy),
        make_receiver=lambda: LoopbackReceiver(start_browser),
        clock=SystemClock(),
        new_token=_new_token,
    )


def connect_simulated(scenario: str, *, latency: float = 0.0) -> Connection:
    """The simulated tenant of `scenario`, in this process and without sockets; KeyError when there is none.

    `latency` is spent on each request, in seconds.
    """
    from emi_installer.entra.retry import SystemClock  # noqa: PLC0415
    from emi_installer.simulator.scenarios import simulate  # noqa: PLC0415

    return connect_simulator(simulate(scenario, latency=latency), SystemClock())


def connect_demo(scenario: str) -> Connection:
    """The simulated tenant of `scenario`, with a sign-in page for the system's browser; as slow as Microsoft is."""
    from emi_installer.entra.receiver import LoopbackReceiver  # noqa: PLC0415
    from emi_installer.entra.retry import SystemClock  # noqa: PLC0415
    from emi_installer.simulator.scenarios import simulate  # noqa: PLC0415
    from emi_installer.simulator.server import SimulatorServer  # noqa: PLC0415

    simulator = simulate(scenario, latency=DEMO_LATENCY)
    SimulatorServer(simulator)
    return connect_simulator(simulator, SystemClock(), lambda: LoopbackReceiver(start_browser))


def connect_simulator(
    simulator: Simulator, clock: Clock, make_receiver: Callable[[], Receiver] | None = None
) -> Connection:
    """A simulator that somebody else prepared; without a receiver the scenario's account signs in by itself."""
    from emi_installer.entra.http import Session  # noqa: PLC0415
    from emi_installer.setup.session import Connection  # noqa: PLC0415

    session = Session(log)
    session.mount("https://", simulator.adapter())
    return Connection(
        session=session,
        make_receiver=make_receiver or (lambda: _SimulatedBrowser(simulator)),
        clock=clock,
        new_token=_new_token,
        demo=True,
        contact_center=DEMO_CONTACT_CENTER,
    )


def scenarios() -> Mapping[str, str]:
    """The simulated tenants and what each is about."""
    from emi_installer.simulator.scenarios import SCENARIOS  # noqa: PLC0415

    return {name: scenario.summary for name, scenario in SCENARIOS.items()}


def _new_token() -> str:
    import secrets  # noqa: PLC0415

    return secrets.token_hex(3)


class _SimulatedBrowser:
    """Signs the scenario's account in, as a browser would."""

    redirect_uri = "http://localhost:50000"

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        """See Receiver."""
        del state, patience, on_link
        return self._simulator.sign_in_in_browser(link)

    def close(self) -> None:
        """Nothing listens."""
