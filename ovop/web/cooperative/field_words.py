"""What the field page's script says, in the language of the page; ``{name}`` is filled in on the phone."""

from __future__ import annotations

from ovop.web.language import gettext as _


def field_words() -> dict[str, str]:
    """Sentences by name."""
    return {
        "online": _("Ada sinyal. Semua sudah terkirim."),
        "sending": _("Mengirim {count} catatan…"),
        "offline": _("Tidak ada sinyal. Catatanmu aman di HP ini dan dikirim nanti."),
        "waiting": _("{count} catatan menunggu dikirim."),
        "sign_in": _("Masuk lagi untuk mengirim catatanmu. Tidak ada yang hilang."),
        "other_account": _("Catatan ini dibuat akun lain di HP ini. Masuk dengan akun itu untuk mengirimnya."),
        "server_busy": _("Pasar belum menjawab. Dicoba lagi sebentar lagi."),
        "made_at": _("Daftar per {time}"),
        "no_data": _("Daftar pesanan belum ada di HP ini. Buka halaman ini sekali saat ada sinyal."),
        "no_slots": _("Tidak ada pesanan untuk disiapkan sampai besok."),
        "no_store": _("HP ini tidak mengizinkan catatan disimpan. Pakai halaman Hari ini dan Jual saat ada sinyal."),
        "item_sell": _("Jual {name} {quantity}, {price}"),
        "item_weigh": _("Timbang {number}: {amount}"),
        "item_hand": _("Serahkan {number}"),
        "state_waiting": _("menunggu"),
        "state_refused": _("perlu dilihat"),
        "state_done": _("terkirim"),
        "drop": _("Batalkan"),
        "understood": _("Mengerti"),
        "weigh": _("Timbang"),
        "hand_over": _("Serahkan"),
        "weighed_here": _("ditimbang, menunggu dikirim"),
        "handed_here": _("diserahkan, menunggu dikirim"),
        "ready": _("siap"),
        "to_weigh": _("belum ditimbang"),
        "ordered": _("Pesan {quantity}"),
        "between": _("Boleh {least} sampai {most}"),
        "required": _("Isi dulu timbangannya."),
        "not_a_number": _("Tulis angkanya, seperti 1,5."),
        "over": _("Melebihi batas atas, {most}. Kurangi isinya, lalu timbang lagi."),
        "slip": _("{value} jauh dari pesanan, {usual}. Kalau memang begitu, simpan sekali lagi."),
        "slip_usual": _("{value} jauh dari biasanya, {usual}. Kalau memang begitu, simpan sekali lagi."),
        "nothing": _("Semua nol? Batalkan pesanannya saat ada sinyal."),
        "pay_cash": _("Terima tunai {amount}"),
        "pay_qris": _("Pastikan QRIS {amount} sudah masuk"),
        "pay_card": _("Sudah dibayar dengan kartu"),
        "also": _("Pembeli ini juga punya {numbers} yang siap di sini. Minta kodenya."),
        "choose_scale": _("Pilih timbangan yang dipakai."),
        "wrong_code": _("Kode itu tidak cocok. Minta pembeli membacakannya sekali lagi."),
        "unknown_order": _("Pesanan itu tidak ada di daftar HP ini."),
        "not_weighed": _("Timbang dulu pesanan ini."),
        "choose_product": _("Pilih produknya."),
        "price_required": _("Tulis harganya dengan angka, seperti 32.000."),
    }
