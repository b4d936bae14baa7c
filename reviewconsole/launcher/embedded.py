"""The PostgreSQL of an installation that was given no other."""

from reviewconsole.launcher.account import postgres_account
from reviewconsole.launcher.cluster import Cluster
from reviewconsole.launcher.folder import sockets_dir
from reviewconsole.launcher.installation import Installation


def embedded_cluster(installation: Installation) -> Cluster:
    return Cluster(folder=installation.cluster_dir, sockets=sockets_dir(installation), account=postgres_account())
