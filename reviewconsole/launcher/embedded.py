"""The PostgreSQL of an installation that was given no other."""

from reviewconsole.launcher.account import postgres_account
from reviewconsole.launcher.cluster import Cluster, socket_dir_for
from reviewconsole.launcher.installation import Installation


def embedded_cluster(installation: Installation) -> Cluster:
    return Cluster(
        folder=installation.cluster_dir,
        sockets=socket_dir_for(installation.data_dir / "sockets", installation.data_dir),
        account=postgres_account(),
    )
