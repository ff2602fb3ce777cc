using System.Net;
using System.Net.Sockets;

namespace Archer.Silo.Composition;

/// <summary>Ports of loopback that the system gives: two processes that start at the same moment get different ones.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
