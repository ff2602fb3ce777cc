using Archer.Hosting.Settings;

namespace Archer.Hosting;

/// <summary>Where a process can be reached, for whoever started it: on the console, whatever the log is set to.</summary>
public static class ReadyLine
{
    /// <summary>Prints one line when the process answers requests.</summary>
    /// <param name="app">The process.</param>
    /// <param name="words">What stands before the address.</param>
    /// <param name="console">Where it is printed.</param>
    public static void PrintAddressWhenReady(this WebApplication app, string words, TextWriter console) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var address = ListenAddresses.FindOwn(app.Urls)?.GetLeftPart(UriPartial.Authority) ?? app.Urls.FirstOrDefault();
        if (address is not null)
        {
            console.WriteLine($"{words} {address}");
        }
    });
}
