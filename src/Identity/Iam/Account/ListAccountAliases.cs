using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListAccountAliasesInput(string? Marker, int? MaxItems);

internal sealed record ListAccountAliasesOutput(IReadOnlyList<string> AccountAliases, bool IsTruncated, string? Marker);

/// <summary>Lists the account's aliases: accounts here have none.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html</remarks>
internal sealed class ListAccountAliases() : IOperation<ListAccountAliasesInput, ListAccountAliasesOutput>
{
    public ValueTask<ListAccountAliasesOutput> HandleAsync(ListAccountAliasesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var (page, truncated, marker) = Page.Of<string>([], alias => alias, request.Marker, request.MaxItems);
        return ValueTask.FromResult(new ListAccountAliasesOutput(page, truncated, marker));
    }
}
