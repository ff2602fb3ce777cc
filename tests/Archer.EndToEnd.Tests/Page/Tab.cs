using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <summary>One tab, and what went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    public Tab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _errors.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and exceptions that no script caught.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>The page has read everything and follows the agent.</summary>
    public Task IsLiveAsync() => Assertions.Expect(this["#connection"]).ToHaveTextAsync("Live");

    /// <summary>Number of conversations that the return's chart says it shows; 0 when it has none.</summary>
    public async Task<int> ChartedConversationsAsync()
    {
        var description = await this["[data-chart=return] desc"].TextContentAsync() ?? "";
        var words = description.Split(' ');
        var place = Array.IndexOf(words, "conversations:");
        return place < 1 ? 0 : int.Parse(words[place - 1], System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Keeps a picture for people to look at, where ARCHER_SCREENSHOTS names a folder.</summary>
    public async Task PictureAsync(string name, bool full = false)
    {
        if (Environment.GetEnvironmentVariable("ARCHER_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = full });
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
