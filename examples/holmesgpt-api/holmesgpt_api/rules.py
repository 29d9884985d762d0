"""Which alert has which cause: a table of rules, and how the best one is chosen.

A rule is considered when it names the alert. What it expects to see in the alert's message or labels is its evidence:
the more of it is there, the more confident the finding. Everything here is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONFIDENCE_BY_NAME = 0.5
CONFIDENCE_PER_EVIDENCE = 0.2
MAX_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Alert:
    """What a monitoring system reports about a workload."""

    name: str
    namespace: str
    message: str = ""
    labels: Mapping[str, str] | None = None

    def text(self) -> str:
        """Everything in which evidence is looked for, in lower case."""
        return " ".join([self.message, *(self.labels or {}).values()]).lower()


@dataclass(frozen=True)
class Finding:
    """The likely cause of an alert, and what to do about it."""

    root_cause: str
    confidence: float
    recommended_actions: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One known cause. `evidence` is in lower case."""

    alert_names: frozenset[str]
    evidence: tuple[str, ...]
    root_cause: str
    recommended_actions: tuple[str, ...]

    def confidence_in(self, alert: Alert) -> float:
        """From 0 (the rule does not apply) to MAX_CONFIDENCE."""
        if alert.name not in self.alert_names:
            return 0.0
        text = alert.text()
        found = sum(1 for piece in self.evidence if piece in text)
        return round(min(CONFIDENCE_BY_NAME + found * CONFIDENCE_PER_EVIDENCE, MAX_CONFIDENCE), 2)


RULES: tuple[Rule, ...] = (
    Rule(
        alert_names=frozenset({"KubePodCrashLooping", "KubeContainerOOMKilled"}),
        evidence=("oomkilled", "exit code 137", "out of memory"),
        root_cause="The container needs more memory than its limit allows and is killed by the kernel.",
        recommended_actions=(
            "Compare the container's memory limit with its working set of the last days.",
            "Raise the limit, or fix the leak if the working set only ever grows.",
        ),
    ),
    Rule(
        alert_names=frozenset({"KubePodCrashLooping"}),
        evidence=("connection refused", "no such host", "dial tcp"),
        root_cause="The container exits because a service that it depends on cannot be reached at start.",
        recommended_actions=(
            "Check that the service it names exists and has ready endpoints.",
            "Let the container wait for its dependency instead of exiting.",
        ),
    ),
    Rule(
        alert_names=frozenset({"KubePodNotReady", "KubePodImagePull"}),
        evidence=("imagepullbackoff", "errimagepull", "manifest unknown"),
        root_cause="The image of the pod cannot be pulled.",
        recommended_actions=(
            "Check the image's name and tag for spelling.",
            "Check that the namespace has a pull secret for this registry.",
        ),
    ),
    Rule(
        alert_names=frozenset({"KubePersistentVolumeFillingUp"}),
        evidence=("no space left", "% used", "inodes"),
        root_cause="The volume is running full.",
        recommended_actions=(
            "Delete or archive what is no longer needed.",
            "Enlarge the PersistentVolumeClaim.",
        ),
    ),
    Rule(
        alert_names=frozenset({"CPUThrottlingHigh"}),
        evidence=("throttled", "cpu limit"),
        root_cause="The container reaches its CPU limit and is throttled.",
        recommended_actions=("Raise the CPU limit, or remove it and rely on requests.",),
    ),
)

UNKNOWN = Finding(
    root_cause="No known cause matches this alert.",
    confidence=0.0,
    recommended_actions=("Hand the alert to the team on call, and add a rule once the cause is known.",),
)


def investigate(alert: Alert, rules: Iterable[Rule] = RULES) -> Finding:
    """Return the finding of the most confident rule, the first one of equals; UNKNOWN when no rule applies."""
    best = UNKNOWN
    for rule in rules:
        confidence = rule.confidence_in(alert)
        if confidence > best.confidence:
            best = Finding(rule.root_cause, confidence, rule.recommended_actions)
    return best
