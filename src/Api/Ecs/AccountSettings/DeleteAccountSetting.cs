using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteAccountSettingRequest
{
    public string? Name { get; set; }

    public string? PrincipalArn { get; set; }
}

internal sealed record DeleteAccountSettingResponse
{
    public SettingShape? Setting { get; set; }
}

/// <summary>Gives a principal's setting its default back.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAccountSetting.html</remarks>
internal sealed class DeleteAccountSetting(AccountStreams account) : IOperation<DeleteAccountSettingRequest, DeleteAccountSettingResponse>
{
    public async ValueTask<DeleteAccountSettingResponse> HandleAsync(DeleteAccountSettingRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        AccountSettingRules.CheckSettable(request.Name);
        var principal = AccountSettingRules.Principal(request.PrincipalArn, context);
        await account.ExecuteAsync(context, new DeleteAccountSettingCommand(principal, request.Name!), cancellationToken).ConfigureAwait(false);
        var set = await account.QueryAsync(context, new AccountSettingsQuery(), cancellationToken).ConfigureAwait(false);
        return new() { Setting = AccountSettingRules.Show(AccountSettingRules.Effective(set, context.AccountId, principal, request.Name!)) };
    }
}
