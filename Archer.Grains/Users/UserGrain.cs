using System.Globalization;
using Archer.Client;
using Archer.Client.Users;
using Archer.Grains.Conversations;
using Archer.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Users;

/// <summary>A user's pages: all that is written here is how many there are, before a new one is used.</summary>
[CollectionAgeLimit(Minutes = 2)]
internal sealed partial class UserGrain(
    [PersistentState("user-pages", StorageNames.State)] IPersistentState<UserPagesState> state,
    IOptions<ConversationOptions> options) : Grain, IUserGrain
{
    private CoalescingWriter? _writer;
    private int _pages;
    private int _durablePages;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new CoalescingWriter(WriteAsync);
        _pages = _durablePages = state.State.Pages;
        return Task.CompletedTask;
    }

    public async Task AddAsync(string conversation, string agent)
    {
        // The last page but one first: a start that is sent again is found on the page that it came to.
        for (var number = Math.Max(1, _pages - 1); ; number++)
        {
            _pages = Math.Max(_pages, number);
            if (number > _durablePages)
            {
                await _writer!.WriteAsync();
            }

            if (await Page(number).AddAsync(conversation, agent))
            {
                return;
            }
        }
    }

    public async Task<UserErasure> EraseAsync(CancellationToken cancellationToken)
    {
        var erased = new List<UserErasure>();
        for (var number = 1; number <= _pages; number++)
        {
            erased.Add(await Page(number).EraseAsync(cancellationToken));
        }

        return UserErasures.Sum(erased);
    }

    private IUserPageGrain Page(int number) =>
        GrainFactory.GetGrain<IUserPageGrain>(string.Create(CultureInfo.InvariantCulture, $"{this.GetPrimaryKeyString()}/{number}"));

    private async Task WriteAsync()
    {
        try
        {
            var pages = _pages;
            state.State = new UserPagesState { Pages = pages };
            await state.WriteStateAsync();
            _durablePages = pages;
        }
        catch (Exception exception)
        {
            // Whether it was written is not known: this activation ends, the next one reads what is there.
            DeactivateOnIdle();
            throw new StorageUnavailableException(
                "The list of a user's conversations could not be written: send the same request again.", options.Value.StorageRetryAfter, exception);
        }
    }
}
