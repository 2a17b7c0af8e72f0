using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record PutAccountSettingRequest
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public string? PrincipalArn { get; set; }
}

internal sealed record PutAccountSettingResponse
{
    public SettingShape? Setting { get; set; }
}

/// <summary>Sets a setting of a principal; the root sets the account's default.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html</remarks>
internal sealed class PutAccountSetting(AccountStreams account) : IOperation<PutAccountSettingRequest, PutAccountSettingResponse>
{
    public async ValueTask<PutAccountSettingResponse> HandleAsync(PutAccountSettingRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        AccountSettingRules.Check(request.Name, request.Value);
        var setting = new AccountSetting(AccountSettingRules.Principal(request.PrincipalArn, context), request.Name!, request.Value!);
        return new() { Setting = AccountSettingRules.Show(await account.ExecuteAsync(context, new PutAccountSettingCommand(setting), cancellationToken).ConfigureAwait(false)) };
    }
}
