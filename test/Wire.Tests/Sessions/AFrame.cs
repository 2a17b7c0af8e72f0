using System.Text;
using CsCheck;

namespace Berth.Wire.Tests;

/// <summary>Frames of data channels; those given in digits were made by another encoder, from the layout as published.</summary>
public sealed class AFrame
{
    private const string Size =
        "00000074696e7075745f73747265616d5f6461746120202020202020202020202020202000000001000001a21b7a586d000000000000000300000000000000008f170a1b2c3d4e5f"
        + "6b9f3c1e52a44d0bddef1def47df6bfe04ed30b07e253e36ed2ea46824a1c691cff3b0dc143f19ee00000003000000167b22636f6c73223a3133322c22726f7773223a34307d";

    private const string Text =
        "000000746f75747075745f73747265616d5f646174612020202020202020202020202020000000010000000000000001000000000000000000000000000000018899aabbccddeeff"
        + "0011223344554677edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c20000000100000003c3a90a";

    [Fact]
    public void Is_read_as_others_write_it()
    {
        AgentMessage.TryDecode(Convert.FromHexString(Size), out var size).ShouldBeTrue();

        (size!.Type, size.CreatedMilliseconds, size.SequenceNumber, size.Flags).ShouldBe((AgentMessageType.InputStreamData, 1795757332589, 3, 0));
        (size.PayloadType, Encoding.UTF8.GetString(size.Payload.Span)).ShouldBe((PayloadType.Size, """{"cols":132,"rows":40}"""));
        size.Id.ShouldBe(Guid.Parse("6b9f3c1e-52a4-4d0b-8f17-0a1b2c3d4e5f"));
    }

    [Fact]
    public void Is_written_as_others_write_it()
    {
        var text = new AgentMessage
        {
            Type = AgentMessageType.OutputStreamData,
            CreatedMilliseconds = 1,
            Flags = 1,
            Id = Guid.Parse("00112233-4455-4677-8899-aabbccddeeff"),
            PayloadType = PayloadType.Output,
            Payload = "é\n"u8.ToArray(),
        };

        Convert.ToHexStringLower(text.Encode()).ShouldBe(Text);
    }

    [Fact]
    public void May_be_filled_up_with_zeros_and_have_a_digest_in_digits_as_browsers_send_it()
    {
        var frame = Convert.FromHexString(Size);
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0input_stream_data"u8.CopyTo(frame.AsSpan(4));
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(frame.AsSpan(80, 16)), frame.AsSpan(80));

        AgentMessage.TryDecode(frame, out var message).ShouldBeTrue();
        message!.Type.ShouldBe(AgentMessageType.InputStreamData);
    }

    [Fact]
    public void Is_read_again_as_it_was_written_and_anything_else_is_none() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Long[0, long.MaxValue], Gen.Guid, Gen.Int[1, 119], Gen.Byte).Sample((payload, number, id, at, other) =>
    {
        var message = new AgentMessage { Type = AgentMessageType.InputStreamData, CreatedMilliseconds = 1, SequenceNumber = number, Id = id, PayloadType = PayloadType.Output, Payload = payload };
        var frame = message.Encode();
        AgentMessage.TryDecode(frame, out var read).ShouldBeTrue();
        read!.Payload.ToArray().ShouldBe(payload);
        (read with { Payload = message.Payload }).ShouldBe(message);

        AgentMessage.TryDecode(frame.AsSpan(0, at), out _).ShouldBeFalse();
        AgentMessage.TryDecode([.. frame, other], out _).ShouldBeFalse();
        frame[at] = other;
        AgentMessage.TryDecode(frame, out _);     // Whatever it is now, it does no harm.
    });
}
