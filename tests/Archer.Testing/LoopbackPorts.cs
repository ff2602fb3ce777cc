using System.Net;
using System.Net.Sockets;

namespace Archer.Testing;

/// <summary>
/// Ports of loopback for servers that come back on the same one. They lie below the range that systems give to outgoing connections: else, while the
/// server is away, a client that tries to reconnect can be given the very port as its own, connects to itself, and the server cannot come back.
/// </summary>
public static class LoopbackPorts
{
    private static int _tried;

    /// <summary>One that nobody listens on.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = 20_000 + (((Environment.ProcessId * 89) + Interlocked.Increment(ref _tried)) % 10_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next.
            }
        }
    }
}
