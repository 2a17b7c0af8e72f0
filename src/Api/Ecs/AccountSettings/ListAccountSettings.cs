using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListAccountSettingsRequest
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public string? PrincipalArn { get; set; }

    public bool? EffectiveSettings { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListAccountSettingsResponse
{
    public List<SettingShape>? Settings { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists account settings, the effective ones or those somebody set.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAccountSettings.html</remarks>
internal sealed class ListAccountSettings(AccountStreams account) : IOperation<ListAccountSettingsRequest, ListAccountSettingsResponse>
{
    private const string List = nameof(ListAccountSettings);
    private const int MostResults = 10;

    public async ValueTask<ListAccountSettingsResponse> HandleAsync(ListAccountSettingsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Name is not null)
        {
            AccountSettingRules.CheckName(request.Name);
        }
        else if (request.Value is not null)
        {
            throw AwsException.InvalidParameter("A value can only be given together with a name.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults, MostResults, MostResults);
        var set = await account.QueryAsync(context, new AccountSettingsQuery(), cancellationToken).ConfigureAwait(false);
        var principal = AccountSettingRules.Principal(request.PrincipalArn, context);
        var settings = (request.EffectiveSettings == true
                ? WireEnums.SettingName.Values.Select(name => AccountSettingRules.Effective(set, context.AccountId, principal, name))
                : set.Where(setting => setting.PrincipalArn == principal))
            .Where(setting => (request.Name is null || setting.Name == request.Name) && (request.Value is null || setting.Value == request.Value))
            .OrderBy(setting => setting.Name, StringComparer.Ordinal)
            .SkipWhile(setting => page.After is not null && string.CompareOrdinal(setting.Name, page.After) <= 0)
            .Take(page.Size + 1);
        var (shown, next) = page.Cut(List, [.. settings], setting => setting.Name, AccountSettingRules.Show);
        return new() { Settings = shown, NextToken = next };
    }
}
