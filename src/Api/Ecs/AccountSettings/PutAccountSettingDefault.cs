using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record PutAccountSettingDefaultRequest
{
    public string? Name { get; set; }

    public string? Value { get; set; }
}

internal sealed record PutAccountSettingDefaultResponse
{
    public SettingShape? Setting { get; set; }
}

/// <summary>Sets the account's default of a setting.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html</remarks>
internal sealed class PutAccountSettingDefault(AccountStreams account) : IOperation<PutAccountSettingDefaultRequest, PutAccountSettingDefaultResponse>
{
    public async ValueTask<PutAccountSettingDefaultResponse> HandleAsync(PutAccountSettingDefaultRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        AccountSettingRules.Check(request.Name, request.Value);
        var setting = new AccountSetting(AccountSettingRules.Root(context.AccountId), request.Name!, request.Value!);
        return new() { Setting = AccountSettingRules.Show(await account.ExecuteAsync(context, new PutAccountSettingCommand(setting), cancellationToken).ConfigureAwait(false)) };
    }
}
